use super::*;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn entry(key: &str, value: &str) -> StringStringEntryProto {
    StringStringEntryProto {
        key: key.into(),
        value: value.into(),
        ..Default::default()
    }
}

fn tensor() -> TensorProto {
    TensorProto {
        dims: vec![2, 300, -1],
        data_type: data_type::FLOAT,
        segment: Some(TensorSegment {
            begin: 3,
            end: 1 << 40,
            ..Default::default()
        }),
        float_data: vec![0.0, -1.5],
        int32_data: vec![0, -7, 70_000],
        string_data: vec![Bytes::from_static(b"one"), Bytes::new()],
        int64_data: vec![-1, 0, 1],
        name: "w".into(),
        doc_string: "weights".into(),
        raw_data: Bytes::from_static(&[0, 255]),
        external_data: vec![entry("location", "w.data"), entry("offset", "")],
        data_location: DataLocation::EXTERNAL,
        double_data: vec![0.25],
        uint64_data: vec![u64::MAX],
        metadata_props: vec![entry("", "no key")],
        ..Default::default()
    }
}

fn sparse() -> SparseTensorProto {
    SparseTensorProto {
        values: Some(tensor()),
        indices: Some(TensorProto::default()),
        dims: vec![9],
        ..Default::default()
    }
}

/// Every kind of type, in each other.
fn types() -> Vec<TypeProto> {
    let shape = TensorShapeProto {
        dim: vec![
            Dimension {
                denotation: "DATA_BATCH".into(),
                ..Dimension::any("N")
            },
            Dimension::fixed(3),
            DimensionValue::DimValue(0).into(),
            Dimension::default(),
        ],
        ..Default::default()
    };
    let (elem_type, shape) = (data_type::FLOAT, Some(shape));
    let kind = |value| TypeProto {
        value: Some(value),
        denotation: "IMAGE".into(),
        ..Default::default()
    };
    let dense = kind(TypeValue::Tensor(TensorTypeProto {
        elem_type,
        shape: shape.clone(),
        ..Default::default()
    }));
    let sparse = kind(TypeValue::SparseTensor(SparseTensorTypeProto {
        elem_type,
        shape,
        ..Default::default()
    }));
    let list = kind(TypeValue::Sequence(SequenceTypeProto {
        elem_type: Some(Box::new(dense.clone())),
        ..Default::default()
    }));
    let map = kind(TypeValue::Map(MapTypeProto {
        key_type: data_type::STRING,
        value_type: Some(Box::new(list.clone())),
        ..Default::default()
    }));
    let optional = kind(TypeValue::Optional(OptionalTypeProto {
        elem_type: Some(Box::new(map.clone())),
        ..Default::default()
    }));
    vec![dense, sparse, list, map, optional, TypeProto::default()]
}

fn value_info(type_: TypeProto) -> ValueInfoProto {
    ValueInfoProto {
        name: "x".into(),
        type_: Some(type_),
        doc_string: "an image".into(),
        metadata_props: vec![entry("a", "b")],
        ..Default::default()
    }
}

fn attribute(graph: GraphProto) -> AttributeProto {
    AttributeProto {
        name: "all".into(),
        ref_attr_name: "outer".into(),
        doc_string: "no node has such an attribute".into(),
        type_: AttributeType::GRAPHS,
        f: -0.5,
        i: -3,
        s: Bytes::from_static(b"text"),
        t: Some(Box::new(tensor())),
        g: Some(Box::new(graph.clone())),
        sparse_tensor: Some(Box::new(sparse())),
        tp: types().pop().map(Box::new),
        floats: vec![1.0, f32::MAX],
        ints: vec![0, i64::MIN],
        strings: vec![Bytes::from_static(b"\xff\0")],
        tensors: vec![tensor()],
        graphs: vec![graph, GraphProto::default()],
        sparse_tensors: vec![sparse()],
        type_protos: types(),
        ..Default::default()
    }
}

fn node(attribute: Vec<AttributeProto>) -> NodeProto {
    let sharding = |dim| SimpleShardedDimProto {
        num_shards: 4,
        dim,
        ..Default::default()
    };
    let simple_sharding = vec![
        sharding(Some(ShardedSize::DimValue(0))),
        sharding(Some(ShardedSize::DimParam("N".into()))),
        sharding(None),
    ];
    let spec = ShardingSpecProto {
        tensor_name: "x".into(),
        device: vec![0, -1],
        index_to_device_group_map: vec![IntIntListEntryProto {
            key: -1,
            value: vec![0, 1],
            ..Default::default()
        }],
        sharded_dim: vec![ShardedDimProto {
            axis: 1,
            simple_sharding,
            ..Default::default()
        }],
        ..Default::default()
    };
    NodeProto {
        input: vec!["x".into(), String::new()],
        output: vec!["y".into()],
        name: "node".into(),
        op_type: "Conv".into(),
        domain: "ai.onnx".into(),
        overload: "half".into(),
        attribute,
        doc_string: "a node".into(),
        metadata_props: vec![entry("a", "b")],
        device_configurations: vec![NodeDeviceConfigurationProto {
            configuration_id: "two".into(),
            sharding_spec: vec![spec],
            pipeline_stage: -2,
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn graph(attribute: Vec<AttributeProto>) -> GraphProto {
    GraphProto {
        node: vec![node(attribute)],
        name: "graph".into(),
        initializer: vec![tensor(), TensorProto::default()],
        sparse_initializer: vec![sparse()],
        doc_string: "a graph".into(),
        input: types().into_iter().map(value_info).collect(),
        output: vec![ValueInfoProto::default()],
        value_info: vec![ValueInfoProto::tensor("v", data_type::INT64, vec![])],
        quantization_annotation: vec![TensorAnnotation {
            tensor_name: "x".into(),
            quant_parameter_tensor_names: vec![entry("SCALE_TENSOR", "s")],
            ..Default::default()
        }],
        metadata_props: vec![entry("a", "b")],
        ..Default::default()
    }
}

/// A model in which every field of every message has a value.
fn full() -> ModelProto {
    let nested = attribute(graph(vec![attribute(GraphProto::default())]));
    let opset_import = vec![
        OperatorSetIdProto::standard(17),
        OperatorSetIdProto {
            domain: "com.microsoft".into(),
            version: 1,
            ..Default::default()
        },
    ];
    ModelProto {
        ir_version: 13,
        opset_import: opset_import.clone(),
        producer_name: "evenhand".into(),
        producer_version: "0".into(),
        domain: "org".into(),
        model_version: -1,
        doc_string: "a model".into(),
        graph: graph(vec![nested.clone()]),
        metadata_props: vec![entry("a", "b"), entry("c", "d")],
        training_info: vec![TrainingInfoProto {
            initialization: Some(GraphProto::default()),
            algorithm: Some(graph(vec![])),
            initialization_binding: vec![entry("w", "w0")],
            update_binding: vec![entry("w", "w1")],
            ..Default::default()
        }],
        functions: vec![FunctionProto {
            name: "f".into(),
            input: vec!["x".into()],
            output: vec!["y".into()],
            attribute: vec!["alpha".into()],
            attribute_proto: vec![nested],
            node: vec![node(vec![])],
            doc_string: "a function".into(),
            opset_import,
            domain: "org".into(),
            overload: "f2".into(),
            value_info: types().into_iter().map(value_info).collect(),
            metadata_props: vec![entry("a", "b")],
            ..Default::default()
        }],
        configuration: vec![DeviceConfigurationProto {
            name: "two".into(),
            num_devices: 2,
            device: vec!["a".into(), String::new()],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_model_with_every_field_is_read_as_it_was_written() {
    let bytes = full().encode();
    assert_eq!(bytes.len(), full().encoded_size());
    assert_eq!(ModelProto::decode(bytes).unwrap(), full());
}

#[test]
fn a_model_with_every_field_has_the_bytes_of_rust_protobuf() {
    // By the code that protobuf-codegen 3.7.2 makes of the specification.
    let expected = "7b80581e5bd45a34e0bd63bf1475fba94598dcab438df5f00f824de9f94ce996";
    assert_eq!(sha256(&full().encode()), expected);
}

#[test]
fn fields_of_newer_versions_are_written_back() {
    let mut bytes = full().encode();
    let known = bytes.len();
    // Field 99: the varint 300, four bytes, eight bytes, a text.
    bytes.extend([0x98, 0x06, 0xac, 0x02]);
    bytes.extend([0x9d, 0x06, 1, 2, 3, 4]);
    bytes.extend([0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]);
    bytes.extend([0x9a, 0x06, 2, b'h', b'i']);
    let model = ModelProto::decode(bytes.clone()).unwrap();
    assert_eq!(model.unknown, bytes[known..]);
    assert_eq!(model.encode(), bytes);
}

#[test]
fn lists_of_numbers_are_read_packed_or_not() {
    let tensor = |bytes: &[u8]| {
        let mut tensor = TensorProto::default();
        let read = tensor.merge_fields(&mut Reader::new(bytes.to_vec().into()));
        read.map(|()| tensor.dims)
    };
    let (apart, packed) = ([0x08, 2, 0x08, 0xac, 0x02], [0x0a, 3, 2, 0xac, 0x02]);
    assert_eq!(tensor(&apart), Ok(vec![2, 300]));
    assert_eq!(tensor(&packed), Ok(vec![2, 300]));
    assert_eq!(tensor(&[0x0d, 0, 0, 0, 0]), Err(DecodeError::WrongType(1)));
}

#[test]
fn messages_too_deep_in_each_other_are_refused() {
    // A type that is a sequence of a type that is a sequence ...
    let mut bytes = Vec::new();
    for field in std::iter::repeat_n([0x0a, 0x22], 200).flatten() {
        let inner = std::mem::take(&mut bytes);
        bytes.push(field);
        wire::write_varint(inner.len() as u64, &mut bytes);
        bytes.extend(inner);
    }
    let read = TypeProto::default().merge_fields(&mut Reader::new(bytes.into()));
    assert_eq!(read, Err(DecodeError::TooDeep));
}

proptest! {
    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(model) = ModelProto::decode(bytes) {
            let again = model.encode();
            prop_assert_eq!(again.len(), model.encoded_size());
        }
    }

    #[test]
    fn a_damaged_model_is_read_or_refused(at in 0..2000_usize, bits in 1..=255_u8) {
        let mut bytes = full().encode();
        let at = at % bytes.len();
        bytes[at] ^= bits;
        if let Ok(model) = ModelProto::decode(bytes) {
            prop_assert_eq!(model.encode().len(), model.encoded_size());
        }
    }
}
